/** {@code flatgaze shiftadd}: networks of shifts and additions. */
package org.flatgaze.runtime.command.shiftadd;
