{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'rating_id'],
    indexes=[
        {'columns': ['province_code', 'rating_id'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
    ],
) }}

with inputs as (
    select * from {{ ref('int_build_inputs') }}
)

select
    ratings.province_code,
    ratings.rating_id,
    ratings.dossier_code,
    ratings.is_deleted as is_gone,
    verdicts.meaning as verdict,
    not ratings.is_deleted and coalesce(verdicts.meaning = 'unsatisfied', false) as is_unsatisfied,
    ratings.rated_at,
    ratings.rated_on
from {{ ref('stg_provincial_portal__ratings') }} as ratings
left join {{ ref('int_portal_codes') }} as verdicts
    on
        ratings.verdict = verdicts.code
        and {{ code_in_force('verdicts', 'provincial_portal', 'rating_verdict', 'ratings.rated_on') }}
{%- if is_incremental() %}
    where
        ratings.version_id >= (select inputs.earlier_rating_version + 1 from inputs)
        and ratings.version_id <= (select inputs.rating_version from inputs)
{%- endif %}
