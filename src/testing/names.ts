/** What the names of copies begin with; the run of their process and a number follow. */
export const COPY = 'pawl_test_';

/** What the names of templates begin with; what they are made of follows. */
export const TEMPLATE = 'pawl_template_';

/** What follows the name of a template while it is made. */
export const DRAFT = '_draft';
