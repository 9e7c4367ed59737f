select
    version.province_code,
    version.formality_id,
    version.procedure_code,
    version.name_vi,
    version.execution_methods,
    version.updated_at
{{ newest_versions(source('national_portal', 'formality_details'), ['formality_id']) }}
