/**
 * The results board: what was published for the family beside what was measured here.
 *
 * <p>{@link org.resnext4j.evaluation.board.PublishedResults} ships with the module; {@link
 * org.resnext4j.evaluation.board.ResultRecord}s are small JSON files that evaluations leave behind;
 * {@link org.resnext4j.evaluation.board.ResultsBoard} joins the two, and {@link
 * org.resnext4j.evaluation.board.BoardFormat} and {@link org.resnext4j.evaluation.board.BoardPages}
 * show it.
 */
package org.resnext4j.evaluation.board;
