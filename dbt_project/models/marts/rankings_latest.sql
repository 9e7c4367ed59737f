-- depends_on: {{ ref('mart_dim_months') }}

-- the portal publishes points, and nothing of dossiers, grades or the month before
{%- set of_dossiers = [
    'tied_agencies', 'grade_code', 'grade_name_vi', 'grade_order', 'applicable_score', 'previous_rank',
    'previous_score', 'rank_change', 'score_change', 'peer_median_score', 'dossiers_in_hand', 'is_small_base',
    'data_as_of_local_at'
] %}

{{ official_ranking(ref('agency_rankings_monthly'), 'computed') }}
union all
{{ official_ranking(ref('portal_rankings_monthly'), 'portal', lacking=of_dossiers) }}
