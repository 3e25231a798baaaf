/**
 * The demo: twenty pictures with the answers of the bundled model, as text and as a page.
 *
 * {@snippet :
 * Demo demo = Demo.run();
 * System.out.println(demo.right() + " of " + demo.shown().size() + " right");
 * Files.writeString(Path.of("demo.html"), DemoPage.html(demo));
 * }
 */
package org.resnext4j.inference.demo;
