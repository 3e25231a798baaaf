/** The published data sets, read in the layouts they were published in. */
package org.resnext4j.evaluation.task;
