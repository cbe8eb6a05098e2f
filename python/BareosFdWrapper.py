# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the functions that the daemon calls in a plugin's module out of the methods of one object.

A plugin's module says `from BareosFdWrapper import *` and decorates its class with @BareosPlugin. Older ones define
load_bareos_plugin() themselves, and set BareosFdWrapper.bareos_fd_plugin_object there.
"""
import bareosfd

bareos_fd_plugin_object = None
_plugin_class = None


def BareosPlugin(plugin_class):
    """The decorated class is the plugin."""
    global _plugin_class
    _plugin_class = plugin_class
    return plugin_class


def load_bareos_plugin(plugindef):
    global bareos_fd_plugin_object
    if _plugin_class is None:
        bareosfd.JobMessage(bareosfd.M_FATAL, "The plugin's module decorates no class with @BareosPlugin\n")
        return bareosfd.bRC_Error
    bareos_fd_plugin_object = _plugin_class(plugindef)
    return bareosfd.bRC_OK


def _passed_on(name):
    def call(*arguments):
        return getattr(bareos_fd_plugin_object, name)(*arguments)

    call.__name__ = call.__qualname__ = name
    return call


_functions = ("parse_plugin_definition handle_plugin_event start_backup_file end_backup_file start_restore_file "
              "end_restore_file restore_object_data plugin_io create_file set_file_attributes check_file "
              "handle_backup_file get_acl set_acl get_xattr set_xattr").split()
globals().update({name: _passed_on(name) for name in _functions})

__all__ = ["BareosPlugin", "bareos_fd_plugin_object", "load_bareos_plugin", *_functions]
