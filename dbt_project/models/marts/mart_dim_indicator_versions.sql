with versions as (
    select
        indicator.indicator_code,
        indicator.name_vi as indicator_name_vi,
        indicator.group_code,
        indicator.group_name_vi,
        indicator.group_display_order,
        indicator.display_order,
        indicator.scope,
        scope.name_vi as scope_vi,
        indicator.max_points,
        indicator.target,
        indicator.is_target_confirmed,
        indicator.zero_rule,
        zero_rule.name_vi as zero_rule_vi,
        indicator.numerator_measure,
        indicator.denominator_measure,
        indicator.needs_capture as is_counted_by_portal,
        indicator.valid_from,
        indicator.valid_to,
        indicator.legal_basis,
        indicator.target_legal_basis
    from {{ ref('dim_indicators') }} as indicator
    inner join {{ ref('labels') }} as scope
        on
            indicator.scope = scope.code
            and scope.code_set = 'scope'
    inner join {{ ref('labels') }} as zero_rule
        on
            indicator.zero_rule = zero_rule.code
            and zero_rule.code_set = 'zero_rule'
)

{{ as_described('versions') }}
