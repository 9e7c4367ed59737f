{{ config(materialized='view') }}

select
    payments.province_code,
    payments.reference,
    payments.dossier_code,
    {{ dossier_of_payment('agency_code') }} as agency_code,
    {{ dossier_of_payment('agency_key') }} as agency_key,
    {{ dossier_of_payment('procedure_code') }} as procedure_code,
    {{ dossier_of_payment('field_code') }} as field_code,
    payments.method,
    payments.is_successful,
    payments.paid_at,
    payments.paid_on,
    payments.amount,
    payments.known_from
from {{ ref('int_payments') }} as payments
where not payments.is_gone
