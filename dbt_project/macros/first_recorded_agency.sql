{#
Joins, as `first_recorded`, the oldest agency of a record of which its newest agency code is the successor:
the code, and the key of the agency that bore it.

After a reorganisation a portal may give an open record its new agency's code. The months before stay
the old agency's, so the old code is the record's, and the successions lead from it to the new one.
A record that was passed on to another agency for any other reason keeps its newest code. `field` is
the record's field of procedure, for the successions that stand for one field only.
#}
{% macro first_recorded_agency(record, versions, key, field="''") -%}
left join lateral (
    select
        version.agency_code,
        successor.predecessor_key as agency_key
    from {{ versions }} as version
    inner join {{ ref('int_agency_successors') }} as successor
        on
            version.agency_code = successor.predecessor_code
            and {{ record }}.agency_code = successor.successor_code
            and successor.field_code = case
                when
                    {{ field }} in (select scope.field_code from {{ ref('int_agency_successors') }} as scope)
                    then {{ field }}
                else ''
            end
    where
        version.province_code = {{ record }}.province_code
        and version.{{ key }} = {{ record }}.{{ key }}
        and version.version_id < {{ record }}.version_id
    order by version.version_id, successor.effective_on
    limit 1
) as first_recorded on true
{%- endmacro %}
