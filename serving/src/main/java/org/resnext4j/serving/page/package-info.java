/**
 * What people see at {@code /}: the page's files ({@link org.resnext4j.serving.page.Page}), and the
 * data behind its tabs: the cardinality explorer, the results board and the curves of training
 * runs.
 */
package org.resnext4j.serving.page;
