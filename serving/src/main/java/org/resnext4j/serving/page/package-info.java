/**
 * The web page at {@code /}: its files ({@link org.resnext4j.serving.page.Page}) and the data of
 * its tabs, which are the cardinality explorer, the results board and the curves of training runs.
 *
 * {@snippet :
 * Explorer.Answer answer = Explorer.solve("resnext50_32x4d", 16); // the paper's Table 2 for C = 16
 * List<Runs.Run> runs = new Runs(Optional.of(folder)).list();
 * }
 */
package org.resnext4j.serving.page;
