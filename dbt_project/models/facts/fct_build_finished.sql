-- Stands after everything that builds on earlier states: a build that broke off leaves no mark.
-- depends_on: {{ ref('fct_dossiers') }}
-- depends_on: {{ ref('fct_dossier_months') }}
-- depends_on: {{ ref('fct_payments') }}
-- depends_on: {{ ref('fct_procedure_limits') }}
-- depends_on: {{ ref('fct_ratings') }}
-- depends_on: {{ ref('fct_petitions') }}
-- depends_on: {{ ref('fct_months_refreshed') }}

select
    as_of,
    data_as_of,
    dossier_version,
    request_version,
    transaction_version,
    rating_version,
    petition_version,
    reference_fingerprint
from {{ ref('int_build_inputs') }}
