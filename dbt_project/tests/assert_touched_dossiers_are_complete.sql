select
    dossiers.province_code,
    dossiers.source_id
from {{ ref('int_dossiers_touched') }} as touched
inner join {{ ref('fct_dossiers') }} as dossiers
    on
        touched.province_code = dossiers.province_code
        and touched.source_id = dossiers.source_id
where
    dossiers.dossier_code is null
    or dossiers.agency_code is null
    or dossiers.procedure_code is null
    or dossiers.submitted_on is null
    or dossiers.channel not in ('direct', 'online', 'postal')
