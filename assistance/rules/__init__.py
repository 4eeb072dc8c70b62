"""The visit month: facts as SQL once, and the rule over them. One household, an area and the county run the same expression."""
