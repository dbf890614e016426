/** {@code flatgaze demo}: rendered frames, a full-speed run against a real broker, a score and a contact sheet. */
package org.flatgaze.runtime.demo;
