alter role current_user set work_mem = '64MB';
