-- What the facts rest on; written after them, so that a change is not forgotten by a build that broke off.
-- depends_on: {{ ref('fct_dossiers') }}
-- depends_on: {{ ref('fct_dossier_months') }}

select
    province_code,
    procedure_code,
    in_force_from,
    in_force_until,
    time_limit,
    time_limit_unit
from {{ ref('int_procedure_limits') }}
