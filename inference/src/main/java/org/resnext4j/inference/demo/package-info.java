/** The demo: twenty pictures of the jar, classified and explained on a page. */
package org.resnext4j.inference.demo;
