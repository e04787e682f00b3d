/** What the names of copies begin with; the run of their process and a number follow. */
export const COPY = 'pawl_test_';

/** What the names of templates begin with; what they are made of follows. */
export const TEMPLATE = 'pawl_template_';
