with months as (
    select
        month.period_month,
        month.period_state,
        0 as revision,
        month.official_source
    from {{ ref('dim_open_months') }} as month
    union all
    select
        frozen.period_month,
        'frozen' as period_state,
        frozen.revision,
        frozen.official_source
    from {{ ref('stg_published__revisions') }} as frozen
),

described as (
    select
        months.period_month,
        to_char(months.period_month, 'MM/YYYY') as period_label,
        to_char(months.period_month, 'YYYYMM')::integer as period_sort,
        extract(year from months.period_month)::integer as year,
        extract(quarter from months.period_month)::integer as quarter,
        months.period_month as first_on,
        (months.period_month + interval '1 month')::date - 1 as last_on,
        (months.period_month + interval '1 month')::date - lag.value::integer as unsynced_from_on,
        months.period_state,
        state.name_vi as period_state_vi,
        months.revision,
        months.period_month = newest.latest_period_month as is_latest_period,
        months.official_source,
        official.name_vi as official_source_vi
    from months
    inner join {{ ref('labels') }} as state
        on
            months.period_state = state.code
            and state.code_set = 'period_state'
    inner join {{ ref('labels') }} as official
        on
            months.official_source = official.code
            and official.code_set = 'official_source'
    cross join {{ ref('dim_latest_period') }} as newest
    {{ rule_on('portal_sync_days', "(months.period_month + interval '1 month')::date - 1", 'lag') }}
)

{{ as_described('described') }}
