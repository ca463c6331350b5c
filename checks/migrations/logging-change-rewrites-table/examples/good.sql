create unlogged table import (id bigint primary key);
