{{ config(materialized='table') }}

with inputs as (
    select * from {{ ref('int_build_inputs') }}
),

touched as (
    select changed.period_month
    from {{ ref('int_dossier_months_changed') }} as changed
    union
    select date_trunc('month', changed.submitted_on)::date
    from {{ ref('int_dossiers_changed') }} as changed
    where changed.is_filing_changed
    union
    select date_trunc('month', changed.earlier_submitted_on)::date
    from {{ ref('int_dossiers_changed') }} as changed
    where changed.is_filing_changed
    union
    select date_trunc('month', changed.received_on)::date
    from {{ ref('int_dossiers_changed') }} as changed
    where changed.is_filing_changed
    union
    select date_trunc('month', changed.earlier_received_on)::date
    from {{ ref('int_dossiers_changed') }} as changed
    where changed.is_filing_changed
    union
    select date_trunc('month', payments.paid_on)::date
    from {{ ref('int_dossiers_changed') }} as changed
    inner join {{ ref('int_payments') }} as payments using (province_code, dossier_code)
    where changed.is_filing_changed
    union
    select date_trunc('month', records.happened_on)::date
    from {{ ref('int_records_touched') }} as records
    where records.record_kind = 'payment'
    union
    -- a petition may count in every month in which it was in handling
    select periods.period_month
    from {{ ref('int_periods') }} as periods
    where
        periods.last_on >= (
            select min(records.happened_on)
            from {{ ref('int_records_touched') }} as records
            where records.record_kind = 'petition'
        )
    {%- for period in build_argument('periods').split(',') if period %}
        union
        select '{{ period }}'::date
    {%- endfor %}
)

select periods.period_month
from {{ ref('int_periods') }} as periods
cross join inputs
left join touched on periods.period_month = touched.period_month
where
    touched.period_month is not null
    or inputs.is_full
    or periods.period_month > inputs.earlier_last_period_month
