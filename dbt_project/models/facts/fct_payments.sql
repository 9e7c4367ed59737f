{{ config(materialized='view') }}

-- Its dossier is looked for when somebody asks for it, one of several with the same code always the same.
{%- set of_dossier %}
    from {{ ref('fct_dossiers') }} as dossiers
    where
        payments.province_code = dossiers.province_code
        and payments.dossier_code = dossiers.dossier_code
    order by dossiers.source_id
    limit 1
{%- endset %}

select
    payments.province_code,
    payments.reference,
    payments.dossier_code,
    (select dossiers.agency_code {{ of_dossier }}) as agency_code,
    (select dossiers.procedure_code {{ of_dossier }}) as procedure_code,
    (select dossiers.field_code {{ of_dossier }}) as field_code,
    payments.method,
    payments.is_successful,
    payments.paid_at,
    payments.paid_on,
    payments.amount
from {{ ref('int_payments') }} as payments
where not payments.is_gone
