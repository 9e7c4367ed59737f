{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['province_code', 'rating_id'],
    indexes=[
        {'columns': ['province_code', 'rating_id'], 'unique': true},
        {'columns': ['province_code', 'dossier_code']},
    ],
) }}

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
{{ meaning_on('ratings.verdict', 'provincial_portal', 'rating_verdict', 'ratings.rated_on', 'verdicts') }}
{%- if is_incremental() %}
    where {{ is_news('provincial_portal__ratings', 'ratings') }}
{%- endif %}
