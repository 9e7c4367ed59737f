{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='period_month',
    on_schema_change='fail',
) }}

-- The facts of the month come first, so that a failed build leaves no stamp behind.
-- depends_on: {{ ref('fct_dossier_months') }}
-- depends_on: {{ ref('fct_payments') }}
-- depends_on: {{ ref('fct_petitions') }}

select
    stale.period_month,
    md5(inputs::text) as build_stamp
from {{ ref('int_months_to_refresh') }} as stale
cross join {{ ref('int_build_inputs') }} as inputs
