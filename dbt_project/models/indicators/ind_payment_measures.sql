with find_procedures as (
    select
        payment.province_code,
        payment.agency_key,
        payment.field_code,
        payment.procedure_code,
        month.period_month,
        true as is_paid_online,
        false as has_fee_dossier
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_payments') }} as payment
        on payment.paid_on between month.period_month and month.last_on
    where
        payment.is_successful
        and payment.method = 'online'
    union
    -- a dossier counts in the month of its receipt; one that was never received, in that of its filing
    select
        dossier.province_code,
        dossier.agency_key,
        dossier.field_code,
        dossier.procedure_code,
        month.period_month,
        false as is_paid_online,
        true as has_fee_dossier
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_dossiers') }} as dossier
        on dossier.received_on between month.period_month and month.last_on
    where dossier.has_fee
    union
    select
        dossier.province_code,
        dossier.agency_key,
        dossier.field_code,
        dossier.procedure_code,
        month.period_month,
        false as is_paid_online,
        true as has_fee_dossier
    from {{ ref('dim_months') }} as month
    inner join {{ ref('fct_dossiers') }} as dossier
        on dossier.submitted_on between month.period_month and month.last_on
    where
        dossier.has_fee
        and dossier.received_on is null
),

tell_roles as (
    select
        found.province_code,
        bridge.agency_code,
        found.period_month,
        found.procedure_code,
        false as is_fee_bearing,
        found.is_paid_online,
        found.has_fee_dossier
    from find_procedures as found
    {{ counts_for('found', 'found', has_field=true) }}
    union all
    select
        service.province_code,
        service.agency_code,
        service.period_month,
        service.procedure_code,
        true as is_fee_bearing,
        false as is_paid_online,
        false as has_fee_dossier
    from {{ ref('ind_services_applied') }} as service
    where service.is_fee_bearing
),

merge_roles as (
    select
        role.province_code,
        role.agency_code,
        role.period_month,
        role.procedure_code,
        bool_or(role.is_fee_bearing) as is_fee_bearing,
        bool_or(role.is_paid_online) as is_paid_online,
        bool_or(role.has_fee_dossier) as has_fee_dossier
    from tell_roles as role
    group by role.province_code, role.agency_code, role.period_month, role.procedure_code
)

select
    procedure.province_code,
    procedure.agency_code,
    procedure.period_month,
    count(*) filter (
        where procedure.is_fee_bearing or procedure.is_paid_online
    ) as procedures_with_fee_or_payment,
    count(*) filter (
        where procedure.is_fee_bearing and procedure.has_fee_dossier
    ) as fee_procedures_with_fee_dossiers,
    count(*) filter (where procedure.is_paid_online) as procedures_paid_online
from merge_roles as procedure
group by procedure.province_code, procedure.agency_code, procedure.period_month
