{{ config(alias='dim_indicator_versions') }}

select
    indicator.indicator_code,
    indicator.name_vi as indicator_name_vi,
    indicator.group_code,
    indicator.group_name_vi,
    indicator.group_display_order,
    indicator.display_order,
    indicator.scope,
    indicator.max_points,
    indicator.target,
    indicator.is_target_confirmed,
    indicator.zero_rule,
    indicator.numerator_measure,
    indicator.denominator_measure,
    indicator.valid_from,
    indicator.valid_to,
    indicator.legal_basis,
    indicator.target_legal_basis
from {{ ref('dim_indicators') }} as indicator
