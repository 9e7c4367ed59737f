{{ config(materialized='table') }}
-- depends_on: {{ ref('fct_dossiers') }}
-- depends_on: {{ ref('fct_dossier_months') }}

select
    as_of,
    data_as_of,
    dossier_version,
    request_version,
    transaction_version,
    rating_version,
    petition_version,
    reference_fingerprint,
    scoring_fingerprint
from {{ ref('int_build_inputs') }}
