-- depends_on: {{ ref('dim_open_months') }}
-- depends_on: {{ ref('dim_latest_period') }}

{{ open_and_frozen(ref('ind_rank_certainty_monthly'), ref('stg_published__rank_certainty')) }}
