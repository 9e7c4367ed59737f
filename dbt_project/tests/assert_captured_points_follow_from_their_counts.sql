{{ config(severity='warn') }}
-- Neither the rule nor the portal's known arithmetic makes these points from the portal's own counts:
-- a target, a weight or the rule without cases may have changed there (seeds indicators, indicator_targets).
select
    captured.agency_code,
    captured.period_month,
    captured.metric_code,
    captured.captured_points,
    captured.rule_points,
    captured.portal_points
from {{ ref('ind_captured_points') }} as captured
where captured.explanation = 'unexplained'
