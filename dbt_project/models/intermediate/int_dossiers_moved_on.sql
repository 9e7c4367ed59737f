{{ config(materialized='table', unlogged=true) }}
-- depends_on: {{ ref('int_periods') }}
{%- set dossiers = built_before('facts', 'fct_dossiers') %}
{%- set months = built_before('facts', 'fct_dossier_months') %}

with inputs as (
    select * from {{ ref('int_build_inputs') }}
)

{% if dossiers and months -%}
    -- still open, and the day of judgement passed its due date or the end of a month
    select
        months.province_code,
        months.source_id
    from inputs
    inner join {{ months }} as months
        on inputs.earlier_last_period_month = months.period_month
    where
        months.ended_on is null
        and months.effective_finish_on is null
        and inputs.earlier_data_as_of_on <> inputs.data_as_of_on
        and (
            (months.timeliness = 'open_within_time' and months.due_on < inputs.data_as_of_on)
            or months.late_reason = 're_dated_late'
        )
    union
    select
        months.province_code,
        months.source_id
    from inputs
    inner join {{ ref('int_periods') }} as periods
        on
            periods.last_on > inputs.earlier_data_as_of_on
            and periods.is_judged_at_end
    inner join {{ months }} as months
        on periods.period_month = months.period_month
    where months.ended_on is null
    union
    -- a new month began: what was open, and what was received after the last month known
    select
        months.province_code,
        months.source_id
    from inputs
    inner join {{ months }} as months
        on inputs.earlier_last_period_month = months.period_month
    where
        months.ended_on is null
        and inputs.last_period_month > inputs.earlier_last_period_month
    union
    -- its receipt was typed ahead
    select
        dossiers.province_code,
        dossiers.source_id
    from inputs
    inner join {{ dossiers }} as dossiers on inputs.earlier_data_as_of_on <= dossiers.received_on
    union
    select
        dossiers.province_code,
        dossiers.source_id
    from inputs
    inner join {{ dossiers }} as dossiers
        on dossiers.received_on >= inputs.earlier_last_period_month + interval '1 month'
    where inputs.last_period_month > inputs.earlier_last_period_month
{%- else -%}
    select
        null::text as province_code,
        null::text as source_id
    from inputs
    where false
{%- endif %}
