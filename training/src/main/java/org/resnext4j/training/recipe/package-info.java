/**
 * Recipes: the options of a training as data, which JSON files hold.
 *
 * {@snippet :
 * Recipe recipe = Recipe.named("fine-tune").with(Map.of("learningRate", "0.01"));
 * Files.writeString(Path.of("mine.json"), recipe.toJson());
 * }
 */
package org.resnext4j.training.recipe;
