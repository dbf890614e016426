/** The command line: one class a command, and what all commands share. Those with commands of their own have a package each. */
package org.flatgaze.runtime.command;
