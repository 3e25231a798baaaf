/** How a network is trained, as data: recipes are JSON files. */
package org.resnext4j.training.recipe;
