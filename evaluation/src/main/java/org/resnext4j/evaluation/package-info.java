/** Every result reported for the family, re-run: tasks, their data, and the evaluation itself. */
package org.resnext4j.evaluation;
