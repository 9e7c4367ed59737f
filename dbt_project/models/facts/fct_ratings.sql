{{ config(materialized='view') }}

select
    province_code,
    rating_id,
    dossier_code,
    verdict,
    is_unsatisfied,
    rated_at,
    rated_on
from {{ ref('int_ratings') }}
where not is_gone
