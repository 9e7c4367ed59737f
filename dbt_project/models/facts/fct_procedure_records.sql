{{ config(materialized='view') }}

with in_hand as (
    select
        dossier.province_code,
        bearer.agency_code,
        dossier.period_month,
        dossier.procedure_code,
        count(*) as dossiers_in_hand,
        count(*) filter (where dossier.is_timed and not dossier.is_on_time) as dossiers_late,
        count(*) filter (where dossier.has_result_file) as dossiers_with_result_file,
        count(*) filter (where dossier.is_digitised) as dossiers_digitised,
        bool_or(dossier.is_vneid_verified) as is_verified
    from {{ ref('fct_dossier_months') }} as dossier
    {{ each_bearer('dossier') }}
    where bearer.agency_code is not null
    group by dossier.province_code, bearer.agency_code, dossier.period_month, dossier.procedure_code
),

filed as (
    select
        filing.province_code,
        bearer.agency_code,
        filing.period_month,
        filing.procedure_code,
        count(*) as dossiers_filed,
        count(*) filter (where filing.is_filed_online) as dossiers_filed_online,
        -- a dossier counts in the month of its receipt; one that was never received, in that of its filing
        bool_or(filing.has_fee and filing.received_on is null) as has_fee_dossier
    from {{ ref('fct_filing_months') }} as filing
    {{ each_bearer('filing') }}
    where bearer.agency_code is not null
    group by filing.province_code, bearer.agency_code, filing.period_month, filing.procedure_code
),

find_fees as (
    select distinct
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
    union all
    select distinct
        dossier.province_code,
        dossier.agency_key,
        dossier.field_code,
        dossier.procedure_code,
        month.period_month,
        false as is_paid_online,
        true as has_fee_dossier
    from {{ ref('dim_months') }} as month
    cross join
        lateral (
            select received.* -- noqa: AM04
            from {{ ref('fct_dossiers') }} as received
            where received.received_on between month.period_month and month.last_on
            -- the dossiers of the month by their day, and never all that bear a fee
            offset 0 -- noqa: AM09
        ) as dossier
    where dossier.has_fee
),

bear_fees as (
    select
        found.*,
        reporting.agency_code as reporting_agency_code,
        province.agency_code as province_agency_code
    from find_fees as found
    {{ answers_for('found', 'found', has_field=true) }}
),

fees as (
    select
        found.province_code,
        bearer.agency_code,
        found.period_month,
        found.procedure_code,
        bool_or(found.is_paid_online) as is_paid_online,
        bool_or(found.has_fee_dossier) as has_fee_dossier
    from bear_fees as found
    {{ each_bearer('found') }}
    where
        bearer.agency_code is not null
        -- a payment of no known dossier counts nowhere
        and found.agency_key is not null
    group by found.province_code, bearer.agency_code, found.period_month, found.procedure_code
)

select
    province_code,
    agency_code,
    period_month,
    procedure_code,
    coalesce(in_hand.dossiers_in_hand, 0)::integer as dossiers_in_hand,
    coalesce(in_hand.dossiers_late, 0)::integer as dossiers_late,
    coalesce(in_hand.dossiers_with_result_file, 0)::integer as dossiers_with_result_file,
    coalesce(in_hand.dossiers_digitised, 0)::integer as dossiers_digitised,
    coalesce(filed.dossiers_filed, 0)::integer as dossiers_filed,
    coalesce(filed.dossiers_filed_online, 0)::integer as dossiers_filed_online,
    coalesce(in_hand.is_verified, false) as is_verified,
    coalesce(fees.is_paid_online, false) as is_paid_online,
    coalesce(fees.has_fee_dossier, false) or coalesce(filed.has_fee_dossier, false) as has_fee_dossier
from in_hand
full join filed using (province_code, agency_code, period_month, procedure_code)
full join fees using (province_code, agency_code, period_month, procedure_code)
