{{ config(tags=['reference_alone']) }}

select
    indicator.indicator_code,
    indicator.name_vi,
    indicator.group_code,
    criterion.name_vi as group_name_vi,
    criterion.display_order as group_display_order,
    indicator.display_order,
    indicator.numerator_measure,
    indicator.denominator_measure,
    indicator.zero_rule,
    indicator.scope,
    indicator.needs_capture,
    indicator.always_applies,
    indicator.max_points,
    target.target,
    target.is_confirmed as is_target_confirmed,
    case
        when target.valid_from > indicator.valid_from then target.valid_from
        else indicator.valid_from
    end as valid_from,
    case
        when indicator.valid_to is null then target.valid_to
        when target.valid_to is null then indicator.valid_to
        when target.valid_to < indicator.valid_to then target.valid_to
        else indicator.valid_to
    end as valid_to,
    indicator.legal_basis,
    target.legal_basis as target_legal_basis
from {{ ref('indicators') }} as indicator
inner join {{ ref('criterion_groups') }} as criterion using (group_code)
inner join {{ ref('indicator_targets') }} as target
    on
        indicator.indicator_code = target.indicator_code
        and (target.valid_to is null or target.valid_to >= indicator.valid_from)
        and (indicator.valid_to is null or target.valid_from <= indicator.valid_to)
