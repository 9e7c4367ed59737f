{#
Joins, as `first_recorded`, the oldest agency code of a record of which its newest code is the successor.

After a reorganisation a portal may give an open record its new agency's code. The months before stay
the old agency's, so the old code is the record's, and the successions lead from it to the new one.
A record that was passed on to another agency for any other reason keeps its newest code. `field` is
the record's field of procedure, for the successions that stand for one field only.
#}
{% macro first_recorded_agency(record, versions, key, field="''") -%}
left join lateral (
    select version.agency_code
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
    order by version.version_id
    limit 1
) as first_recorded on true
{%- endmacro %}
