/** An evaluation as text, JSON and a line of the board. */
package org.resnext4j.evaluation.report;
