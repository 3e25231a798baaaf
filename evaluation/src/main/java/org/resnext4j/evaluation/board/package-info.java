/**
 * The results board, which compares published results of the family with measured ones.
 *
 * <p>{@link org.resnext4j.evaluation.board.PublishedResults} ships with the module; {@link
 * org.resnext4j.evaluation.board.ResultRecord}s are small JSON files that evaluations leave behind;
 * {@link org.resnext4j.evaluation.board.ResultsBoard} joins the two, and {@link
 * org.resnext4j.evaluation.board.BoardFormat} and {@link org.resnext4j.evaluation.board.BoardPages}
 * show it.
 *
 * {@snippet :
 * ResultsBoard board = ResultsBoard.load(Path.of("results"));
 * System.out.print(BoardFormat.TERMINAL.write(board));
 * }
 */
package org.resnext4j.evaluation.board;
