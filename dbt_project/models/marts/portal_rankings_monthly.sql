-- depends_on: {{ ref('dim_open_months') }}
-- depends_on: {{ ref('dim_latest_period') }}

{{ open_and_frozen(ref('ind_portal_rankings_monthly'), ref('stg_published__portal_rankings')) }}
