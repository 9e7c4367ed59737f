{{ as_described(ref('ind_source_corrections')) }}
