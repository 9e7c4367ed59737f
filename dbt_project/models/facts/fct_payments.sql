{{ config(materialized='view') }}

select
    payments.province_code,
    payments.reference,
    payments.dossier_code,
    dossiers.agency_code,
    dossiers.procedure_code,
    dossiers.field_code,
    payments.method,
    payments.gateway,
    payments.is_successful,
    payments.paid_at,
    payments.paid_on,
    payments.amount
from {{ ref('int_payments') }} as payments
left join lateral (
    select
        candidates.agency_code,
        candidates.procedure_code,
        candidates.field_code
    from {{ ref('fct_dossiers') }} as candidates
    where
        payments.province_code = candidates.province_code
        and payments.dossier_code = candidates.dossier_code
    order by candidates.source_id
    limit 1
) as dossiers on true
where not payments.is_gone
