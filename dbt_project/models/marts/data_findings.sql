{{ as_described(ref('ind_findings')) }}
