{{ config(materialized='view') }}

-- What only dossiers tell is empty where the portal's own scores are the official ranking.
{%- set of_the_month = ['official_source', 'official_source_vi'] %}
{%- set of_dossiers = [
    'tied_agencies', 'grade_code', 'grade_name_vi', 'grade_order', 'applicable_score', 'previous_rank',
    'previous_score', 'rank_change', 'score_change', 'peer_median_score', 'dossiers_in_hand', 'is_small_base',
    'data_as_of_local_at'
] %}

select
    {% for name in model.columns %}
    {{ 'month' if name in of_the_month else 'ranking' }}.{{ name }}::{{ model.columns[name].data_type }} as {{ name }}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ ref('agency_rankings_monthly') }} as ranking
inner join {{ ref('mart_dim_months') }} as month on ranking.period_month = month.period_month
where
    month.official_source = 'computed'
    and ranking.is_latest_period
    and ranking.rank is not null
union all
select
    {% for name in model.columns %}
    {% if name in of_dossiers %}null::{{ model.columns[name].data_type }} as {{ name }}
    {%- else %}{{ 'month' if name in of_the_month else 'ranking' }}.{{ name }}::{{ model.columns[name].data_type }} as {{ name }}
    {%- endif %}{{ '' if loop.last else ',' }}
    {% endfor %}
from {{ ref('portal_rankings_monthly') }} as ranking
inner join {{ ref('mart_dim_months') }} as month on ranking.period_month = month.period_month
where
    month.official_source = 'portal'
    and ranking.is_latest_period
    and ranking.rank is not null
