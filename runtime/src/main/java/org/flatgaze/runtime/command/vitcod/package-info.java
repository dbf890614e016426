/** {@code flatgaze vitcod}: sparse attention. */
package org.flatgaze.runtime.command.vitcod;
