{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'source', 'source_id'],
    indexes=[
        {'columns': ['province_code', 'source_id', 'source'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
        {'columns': ['submitted_on']},
        {'columns': ['received_on']},
    ],
    pre_hook="{% if is_incremental() %}
        delete from {{ this }} as facts
        using {{ ref('int_dossiers_changed') }} as changed
        where changed.is_gone
            and facts.province_code = changed.province_code
            and facts.source = changed.source
            and facts.source_id = changed.source_id
        {% endif %}",
) }}

select
    province_code,
    source,
    source_id,
    dossier_code,
    agency_code,
    receiving_agency_code,
    procedure_code,
    field_code,
    channel,
    submitted_at,
    submitted_on,
    received_at,
    received_on,
    is_refused_at_receipt,
    original_due_on,
    is_due_from_limit,
    depends_on_limit,
    portal_time_limit,
    portal_time_limit_unit,
    has_result_file,
    has_digitised_component,
    reuses_data,
    in_national_store,
    is_vneid_verified,
    uses_population_data,
    has_fee,
    first_paid_online_at,
    is_rated_unsatisfied,
    is_complained_about,
    version_id,
    known_from
from {{ ref('int_dossiers_changed') }}
where not is_gone
